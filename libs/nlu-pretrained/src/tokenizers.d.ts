/** The part of the package that is used here. Its own declarations leave out the extensions that Node's resolution needs. */
declare module '@huggingface/tokenizers' {
  export class Tokenizer {
    /** @param json the content of `tokenizer.json`; @param config that of `tokenizer_config.json`. */
    constructor(json: object, config: object);
    encode(text: string): { ids: number[] };
  }
}
