import { expect, it } from '@jest/globals';
import { confusionPicture } from './confusion-picture.js';

it('A confusion matrix is drawn with every count in its cell and with escaped names', () => {
  const picture = confusionPicture({
    labels: ['<a>', 'b&c'],
    counts: [
      [1, 1],
      [0, 0],
    ],
  });
  expect(picture).toContain('1 × &#60;a&#62; predicted as b&#38;c');
  expect(picture).not.toContain('<a>');
  expect(picture.match(/class="wrong"/g)).toHaveLength(1);
});
