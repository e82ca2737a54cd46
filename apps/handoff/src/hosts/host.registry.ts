import { Injectable } from '@nestjs/common';
import { type HandoffHost } from '#assistant';

/** The hosts to which conversations may be handed off. Only the assistant's configuration defines them. */
@Injectable()
export class HostRegistry {
  constructor(private readonly hosts: Record<string, HandoffHost>) {}

  urlOf(key: string): string | undefined {
    return Object.hasOwn(this.hosts, key) ? this.hosts[key]?.url : undefined;
  }

  titleOf(key: string): string {
    return (Object.hasOwn(this.hosts, key) && this.hosts[key]?.title) || key;
  }
}
