/** Languages whose words for numbers, units and times are read; of `other` ones, digits and signs only. */
export type Language = 'en' | 'de' | 'other';
