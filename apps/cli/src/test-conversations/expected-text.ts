import { type Domain } from '#assistant';

/** Whether a text is the expected one. */
export type TextTest = (text: string) => boolean;

const ANY = '{any}';
const EXPRESSION = /^\/(.*)\/([a-z]*)$/s;

/**
 * Reads an expectation: `/expression/flags`; the name of a response, which matches any of its variations with any
 * values of its variables; or the text itself, in which `{any}` matches any text. Spaces around the text are ignored.
 * @throws Error when an expression is invalid
 */
export function textTest(expected: string, { responses }: Pick<Domain, 'responses'>): TextTest {
  const [, expression, flags] = EXPRESSION.exec(expected.trim()) ?? [];
  if (expression !== undefined) {
    const compiled = compile(expression, flags ?? '');
    return (text) => compiled.test(text);
  }
  const variations = Object.hasOwn(responses, expected.trim()) ? responses[expected.trim()] : undefined;
  const patterns = variations?.map(({ text = '' }) => filledIn(text)) ?? [pattern(expected, ANY)];
  return (text) => patterns.some((each) => each.test(text.trim()));
}

function compile(expression: string, flags: string): RegExp {
  try {
    return new RegExp(expression, flags.replaceAll(/[gy]/g, ''));
  } catch (error) {
    throw new Error(`/${expression}/${flags} is not a regular expression: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

const filledIn = (text: string): RegExp => pattern(text.replaceAll(/\{[^{}\n]+\}/g, ANY), ANY);

const pattern = (text: string, any: string): RegExp =>
  new RegExp(`^${text.trim().split(any).map(escaped).join('[^]*')}$`);

const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\/]/g, String.raw`\$&`);
