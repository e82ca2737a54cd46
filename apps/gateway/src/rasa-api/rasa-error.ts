import { RASA_VERSION } from '#contracts';

/** Rasa's names of errors that depend on the status alone. */
const REASONS: Record<number, string> = {
  400: 'BadRequest',
  401: 'NotAuthenticated',
  403: 'NotAuthorized',
  404: 'NotFound',
  405: 'MethodNotAllowed',
  406: 'NotAcceptable',
  409: 'Conflict',
  413: 'BadRequest',
  415: 'BadRequest',
  429: 'TooManyRequests',
  501: 'NotImplemented',
};

/** Rasa's names of failures, by the path of the endpoint. The first match counts. */
const FAILURES: [path: RegExp, reason: string][] = [
  [/^\/conversations\//, 'ConversationError'],
  [/^\/model\/train/, 'TrainingError'],
  [/^\/model\/test/, 'TestingError'],
  [/^\/model\/parse/, 'ParsingError'],
  [/^\/model\/predict/, 'PredictionError'],
  [/^\/model/, 'LoadingError'],
];

/** The error body of Rasa's HTTP API. */
export interface RasaError {
  version: string;
  status: 'failure';
  message: string;
  reason: string;
  details: Record<string, unknown>;
  help: string | null;
  code: number;
}

/** Converts a problem document to the error format of Rasa's HTTP API. */
export function rasaError(path: string, { status, detail, errors, reference }: ProblemDocument): RasaError {
  return {
    version: RASA_VERSION,
    status: 'failure',
    message: detail,
    reason: REASONS[status] ?? FAILURES.find(([pattern]) => pattern.test(path))?.[1] ?? 'InternalError',
    details: { ...(errors && { errors }), ...(reference !== undefined && { reference }) },
    help: null,
    code: status,
  };
}

interface ProblemDocument {
  status: number;
  detail: string;
  errors?: string[];
  reference?: string;
}
