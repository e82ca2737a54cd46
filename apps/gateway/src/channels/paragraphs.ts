/** The parts of a text between blank lines: Rasa's channels send each as a message of its own. */
export const paragraphs = (text: string): string[] => text.split('\n\n').filter((part) => part !== '');
