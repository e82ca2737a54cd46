import { type AxiosRequestConfig } from 'axios';

/**
 * The HTTP settings for calls of other systems. A response with any status is returned, with the body as text of at most
 * `maxBytes` after decompression. No redirect is followed and no proxy used, so only the named server is called.
 */
export const rawAnswers = (maxBytes: number) =>
  ({
    maxContentLength: maxBytes,
    maxBodyLength: Infinity,
    maxRedirects: 0,
    proxy: false,
    responseType: 'text',
    transformResponse: (text: string) => text,
    validateStatus: () => true,
  }) satisfies AxiosRequestConfig;
