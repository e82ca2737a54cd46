import { Module } from '@nestjs/common';
import { IdentityTokens } from '../authentication/identity-token.verifier.js';
import { TurnLanes } from './conversation-queue.service.js';

/** What every channel needs: the turns of a conversation wait for each other, and people are who a token says. */
@Module({ providers: [TurnLanes, IdentityTokens], exports: [TurnLanes, IdentityTokens] })
export class AcceptMessageModule {}
