import { shownIn, stampOf, storedFrom } from '../environment/date-time.js';

/** Whose request it is that a script runs in, and when. */
export interface ScriptScope {
  userId: string;
  userName: string;
  zone: string;
  now: number;
}

const DAY = 86_400_000;

const ago =
  (unit: number) =>
  ({ now }: ScriptScope, [amount = '0']: string[]): string =>
    stampOf(now - Number(amount) * unit);

const today = ({ now, zone }: ScriptScope): string => shownIn(zone, stampOf(now)).slice(0, 10);

const FUNCTIONS: Readonly<Record<string, (scope: ScriptScope, args: string[]) => string>> = {
  'gs.getUserID': ({ userId }) => userId,
  'gs.getUserName': ({ userName }) => userName,
  'gs.daysAgo': ago(DAY),
  'gs.hoursAgo': ago(3_600_000),
  'gs.minutesAgo': ago(60_000),
  'gs.monthsAgo': ({ now }, [months = '0']) => {
    const date = new Date(now);
    date.setUTCMonth(date.getUTCMonth() - Number(months));
    return stampOf(date.getTime());
  },
  'gs.beginningOfToday': (scope) => storedFrom(scope.zone, `${today(scope)} 00:00:00`),
  'gs.endOfToday': (scope) => storedFrom(scope.zone, `${today(scope)} 23:59:59`),
  'gs.dateGenerate': ({ zone }, [day = '', time = '00:00:00']) => storedFrom(zone, `${day} ${time}`),
};

/** The value of the few expressions that the simulator evaluates on behalf of `javascript:`; undefined for others. */
export function evaluateScript(expression: string, scope: ScriptScope): string | undefined {
  const call = /^\s*(gs\.\w+)\(([^()]*)\)\s*;?\s*$/.exec(expression);
  const [, name = '', written = ''] = call ?? [];
  if (!Object.hasOwn(FUNCTIONS, name)) return undefined;
  const args = written.split(',').map((arg) => arg.trim().replace(/^(['"])(.*)\1$/, '$2'));
  try {
    return FUNCTIONS[name]!(scope, args);
  } catch (error) {
    // A number of days beyond any calendar.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
