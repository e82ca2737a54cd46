import { Module } from '@nestjs/common';
import { IdentityTokens } from '../vouch-identity/identity-tokens.js';
import { TurnLanes } from './turn-lanes.js';

/** What every channel needs: the turns of a conversation wait for each other, and people are who a token says. */
@Module({ providers: [TurnLanes, IdentityTokens], exports: [TurnLanes, IdentityTokens] })
export class AcceptMessageModule {}
