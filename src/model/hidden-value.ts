/** Stands in place of a value that whoever asks must not see. */
export const hiddenValue = '(hidden)';
