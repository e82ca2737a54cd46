/** What compares a field with a value, written between the two without blanks. */
export const OPERATORS = [
  'GT_OR_EQUALS_FIELD',
  'LT_OR_EQUALS_FIELD',
  'ISNOTEMPTY',
  'EMPTYSTRING',
  'STARTSWITH',
  'INSTANCEOF',
  'NOT LIKE',
  'ANYTHING',
  'ENDSWITH',
  'CONTAINS',
  'GT_FIELD',
  'LT_FIELD',
  'BETWEEN',
  'ISEMPTY',
  'NSAMEAS',
  'NOTLIKE',
  'SAMEAS',
  'NOT IN',
  'NOTIN',
  'LIKE',
  'IN',
  '!=',
  '>=',
  '<=',
  '!*',
  '=',
  '<',
  '>',
  '*',
  '%',
] as const;

export type Operator = (typeof OPERATORS)[number];

/** One comparison; `operator` is missing where the text is none that the instance understands. */
export interface Condition {
  field: string;
  operator?: Operator;
  value: string;
}

export interface Order {
  field: string;
  isDescending: boolean;
}

/** An encoded query: any of the alternatives, in which all of the chains hold, in each of which any condition holds. */
export interface Query {
  alternatives: Condition[][][];
  order: Order[];
}

/** How an instance reads encoded queries. */
export interface QueryReading {
  /** `^^` is a caret of the value. */
  caretEscape: boolean;
  /** `^EQ` in the middle ends the query there. */
  endMarkEndsQuery: boolean;
}

/** A query that the simulator does not simulate: joins, related lists, the text index. */
export class UnsupportedQuery extends Error {}

type Joint = 'and' | 'or' | 'alternative' | 'ascending' | 'descending' | 'end';

// The order is that of the platform: the longer of two marks that begin alike is tried first.
const JOINTS: readonly (readonly [string, Joint])[] = [
  ['NQ', 'alternative'],
  ['ORDERBYDESC', 'descending'],
  ['ORDERBY', 'ascending'],
  ['OR', 'or'],
  ['EQ', 'end'],
];

const UNSUPPORTED = /^(JOIN|RLQUERY|ENDRLQUERY|123TEXTQUERY321)/;

/**
 * Reads an encoded query as ServiceNow does: `^OR` binds to the condition before it, `^NQ` begins an alternative.
 * @throws UnsupportedQuery
 */
export function parseQuery(text: string, { caretEscape, endMarkEndsQuery }: QueryReading): Query {
  const query: Query = { alternatives: [], order: [] };
  let alternative: Condition[][] = [];
  const pieces = piecesOf(text, caretEscape);
  for (const [index, piece] of pieces.entries()) {
    const { joint, rest } = jointOf(piece, index === 0);
    if (joint === 'end') {
      if (endMarkEndsQuery) break;
      continue;
    }
    if (joint === 'ascending' || joint === 'descending') {
      if (rest) query.order.push({ field: rest, isDescending: joint === 'descending' });
      continue;
    }
    if (joint === 'alternative') {
      query.alternatives.push(alternative);
      alternative = [];
    }
    if (rest === '') continue;
    const condition = conditionOf(rest);
    const chain = alternative.at(-1);
    if (joint === 'or' && chain) chain.push(condition);
    else alternative.push([condition]);
  }
  query.alternatives.push(alternative);
  return query;
}

/** The text between carets; an escaped caret belongs to the text. */
function piecesOf(text: string, caretEscape: boolean): string[] {
  if (!caretEscape) return text.split('^');
  const pieces: string[] = [];
  let piece = '';
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] !== '^') piece += text[at]!;
    else if (text[at + 1] === '^') {
      piece += '^';
      at += 1;
    } else {
      pieces.push(piece);
      piece = '';
    }
  }
  return [...pieces, piece];
}

function jointOf(piece: string, isFirst: boolean): { joint: Joint; rest: string } {
  for (const [mark, joint] of JOINTS) {
    if (!piece.startsWith(mark)) continue;
    // Only an order may stand at the beginning without a caret before it.
    if (isFirst && joint !== 'ascending' && joint !== 'descending') continue;
    const rest = piece.slice(mark.length);
    if (joint === 'end' && rest !== '') continue;
    return { joint, rest };
  }
  return { joint: 'and', rest: piece };
}

function conditionOf(text: string): Condition {
  if (UNSUPPORTED.test(text)) throw new UnsupportedQuery(text.split(/[=!]/, 1)[0]);
  const field = /^[a-z0-9_.]*/.exec(text)![0];
  const rest = text.slice(field.length);
  const operator = field === '' ? undefined : OPERATORS.find((candidate) => rest.startsWith(candidate));
  return operator ? { field, operator, value: rest.slice(operator.length) } : { field, value: rest };
}
