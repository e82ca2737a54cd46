/** Splits a text at blank lines. Rasa's channels send each part as a separate message. */
export const paragraphs = (text: string): string[] => text.split('\n\n').filter((part) => part !== '');
