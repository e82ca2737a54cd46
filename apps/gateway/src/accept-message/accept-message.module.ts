import { Module } from '@nestjs/common';
import { TurnLanes } from './turn-lanes.js';

/** The one place where the turns of a conversation wait for each other, whichever way they come in. */
@Module({ providers: [TurnLanes], exports: [TurnLanes] })
export class AcceptMessageModule {}
