export { pretrained } from './pretrained.js';
export { loadSentenceEncoder } from './sentence-encoder.js';
