import { Type, type Static } from 'typebox';

export const NluSettings = Type.Object({
  NLU_PORT: Type.Integer({ default: 5015, minimum: 0, maximum: 65535, description: 'port of the NLU service' }),
  ASSISTANT: Type.String({ default: 'assistants/helpdesk', description: 'folder of the assistant' }),
  MODEL_FILE: Type.Optional(Type.String({ description: 'model file; default models/nlu.model in the assistant' })),
  NLU_WORKERS: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: 64,
      description: 'threads for large batches; default one less than the number of cores, 0 for none',
    }),
  ),
});
export type NluSettings = Static<typeof NluSettings>;
