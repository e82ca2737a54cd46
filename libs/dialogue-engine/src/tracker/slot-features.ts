import { type SlotDefinition } from '#assistant/model';

const isTrueText = (text: string): boolean => text.toLowerCase() === 'true' || Number(text) === 1;
const isBoolText = (text: string): boolean => /^(true|false|\d+)$/i.test(text);

/** A slot's value as policies see it: Rasa's feature vector for the slot's type. All zeros mean no influence. */
export function slotFeatures(slot: SlotDefinition, value: unknown): number[] {
  if (!slot.influencesConversation) return [];
  switch (slot.type) {
    case 'text':
      return [value === null ? 0 : 1];
    case 'bool':
      if (typeof value === 'boolean' || typeof value === 'number') return [1, Number(value) === 1 ? 1 : 0];
      if (typeof value === 'string' && isBoolText(value)) return [1, isTrueText(value) ? 1 : 0];
      return [0, 0];
    case 'categorical': {
      if (value === null) return slot.values.map(() => 0).concat(0);
      const text = (typeof value === 'string' ? value : JSON.stringify(value)).toLowerCase();
      const known = slot.values.map((candidate) => (candidate === text ? 1 : 0));
      return [...known, known.includes(1) ? 0 : 1];
    }
    case 'float': {
      const number = typeof value === 'string' && value.trim() ? Number(value) : value;
      if (typeof number !== 'number' || Number.isNaN(number)) return [0, 0];
      const clamped = Math.min(Math.max(number, slot.minValue), slot.maxValue);
      return [1, (clamped - slot.minValue) / (slot.maxValue - slot.minValue)];
    }
    case 'list':
      return [Array.isArray(value) && value.length > 0 ? 1 : 0];
    case 'any':
      return [];
  }
}
