import { Module } from '@nestjs/common';
import { IdentityTokenVerifier } from '../authentication/identity-token.verifier.js';
import { ConversationQueue } from './conversation-queue.service.js';

/** What every channel needs: the turns of a conversation wait for each other, and people are who a token says. */
@Module({ providers: [ConversationQueue, IdentityTokenVerifier], exports: [ConversationQueue, IdentityTokenVerifier] })
export class AcceptMessageModule {}
