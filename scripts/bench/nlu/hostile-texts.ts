/** Texts that are meant to slow down parsing, by kind. Each has the full length that a channel accepts. */
const LENGTH = 100_000;
const fill = (piece: string) => piece.repeat(Math.ceil(LENGTH / piece.length)).slice(0, LENGTH);

/** @param ordinary texts of the data set, whose words the model knows */
export function hostileTexts(ordinary: readonly { text: string }[]): Record<string, string> {
  return {
    'one letter': fill('a'),
    'one word without end': fill('password'),
    'known words': fill(`${ordinary.map(({ text }) => text).join(' ')} `),
    'unknown words': fill('qwzrk vlorpt zzyqw grumbelwort '),
    'words nearly known': fill('pasword remainder tomorow alarmm plaay musik '),
    numbers: fill('1 22 333 4.5 6,789 0x1f -1e9 '),
    'number words': fill('one hundred and twenty two thousand million first '),
    times: fill('monday 5 pm tomorrow next week at 10:30 in 3 days 12/12/2025 '),
    addresses: fill('a@b.c ann@example.com http://x.y/z 10.0.0.1 fe80::1 '),
    'telephone numbers': fill('+49 (0)30 1234-5678 '),
    punctuation: fill('((((....,,,,----@@@@::::////'),
    emoji: fill('😀👩‍👩‍👧‍👦🇩🇪'),
    'combining characters': fill('e\u0301\u0302\u0303\u0304'),
    'zero-width characters': fill('a\u200b\u200d\u2060'),
    'right to left': fill('שלום مرحبا \u202e'),
    'mixed scripts': fill('pаsswоrd 密码 пароль パスワード '),
  };
}
