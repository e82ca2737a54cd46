import { type AxiosRequestConfig } from 'axios';

/**
 * How services call other systems: any status is an answer, and the body is handed over as text, at most `maxBytes` of
 * it after decompression. No redirect is followed and no proxy asked, so nothing but the named server is ever talked to.
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
