/** The `socketio` section of `credentials.yml`, with Rasa's defaults. */
export class SocketSettings {
  readonly user_message_evt: string;
  readonly bot_message_evt: string;
  readonly session_persistence: boolean;
  readonly namespace: string;
  readonly socketio_path: string;
  readonly metadata_key: string;

  constructor(section: Record<string, unknown> = {}) {
    const text = (key: string, otherwise: string): string =>
      typeof section[key] === 'string' && section[key] ? section[key] : otherwise;
    this.user_message_evt = text('user_message_evt', 'user_uttered');
    this.bot_message_evt = text('bot_message_evt', 'bot_uttered');
    this.session_persistence = section['session_persistence'] === true;
    this.namespace = `/${text('namespace', '').replace(/^\//, '')}`;
    this.socketio_path = text('socketio_path', '/socket.io');
    this.metadata_key = text('metadata_key', 'metadata');
  }
}
