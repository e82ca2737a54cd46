/**
 * Fills `{variable}` in every string of `template`, at any depth; keys stay as they are. Follows Python's
 * `str.format` as Rasa uses it: doubled braces become single ones, and a text with an unknown variable or
 * unbalanced braces stays unchanged.
 */
export function interpolate<Template>(template: Template, variables: Readonly<Record<string, unknown>>): Template {
  const filled = (part: unknown): unknown => {
    if (typeof part === 'string') return interpolateText(part, variables);
    if (Array.isArray(part)) return part.map(filled);
    if (typeof part === 'object' && part !== null)
      return Object.fromEntries(Object.entries(part).map(([key, value]) => [key, filled(value)]));
    return part;
  };
  return filled(template) as Template;
}

function interpolateText(text: string, variables: Readonly<Record<string, unknown>>): string {
  const marked = text.replace(/\{([^\n{}]+?)\}/g, '{0[$1]}');
  const filled = format(marked, variables);
  if (filled === undefined) return text;
  // A variable within doubled braces left a marker, because it was meant literally.
  return filled.includes('0[') ? (format(text, {}) ?? text) : filled;
}

/** Python's `str.format` with fields of the form `{0[name]}`; undefined where Python would raise. */
function format(text: string, variables: Readonly<Record<string, unknown>>): string | undefined {
  let isSound = true;
  const filled = text.replace(/\{\{|\}\}|\{0\[([^\n{}]+?)\]\}|[{}]/g, (match, name: string | undefined) => {
    if (match === '{{') return '{';
    if (match === '}}') return '}';
    if (name !== undefined && Object.hasOwn(variables, name)) return pythonText(variables[name]);
    isSound = false;
    return match;
  });
  return isSound ? filled : undefined;
}

/** A value as Python's `str()` formats it. JSON does not distinguish 1.0 from 1; both become `1`. */
export function pythonText(value: unknown): string {
  return typeof value === 'string' ? value : pythonLiteral(value);
}

function pythonLiteral(value: unknown): string {
  if (value === null || value === undefined) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'string') return quoted(value);
  if (Array.isArray(value)) return `[${value.map(pythonLiteral).join(', ')}]`;
  if (typeof value === 'object')
    return `{${Object.entries(value)
      .map(([key, item]) => `${quoted(key)}: ${pythonLiteral(item)}`)
      .join(', ')}}`;
  return JSON.stringify(value);
}

function quoted(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const escaped = text
    .replaceAll('\\', '\\\\')
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r')
    .replaceAll('\t', '\\t')
    .replaceAll(quote, `\\${quote}`);
  return quote + escaped + quote;
}
