/** Replaces a value that the caller must not see. */
export const hiddenValue = '(hidden)';
