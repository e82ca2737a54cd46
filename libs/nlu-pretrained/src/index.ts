export { pretrained } from './pretrained.js';
