import { describe, expect, it } from '@jest/globals';
import { WaitingRoom } from './waiting-room.js';

describe('A waiting room', () => {
  it('admits up to its capacity, queues up to its limit in order, and rejects the rest', async () => {
    const room = new WaitingRoom();
    const came: string[] = [];
    const enter = (who: string) =>
      room.enter(1, 2).then((leave) => {
        came.push(leave ? who : `not ${who}`);
        return leave;
      });
    const entered = ['a', 'b', 'c', 'd'].map(enter);
    expect(await entered[3]).toBeUndefined();
    (await entered[0])!();
    (await entered[1])!();
    expect(room.isEmpty).toBe(false);
    (await entered[2])!();
    expect(came.toSorted()).toEqual(['a', 'b', 'c', 'not d']);
    expect(came.filter((who) => who.length === 1)).toEqual(['a', 'b', 'c']);
    expect(room.isEmpty).toBe(true);
  });
});
