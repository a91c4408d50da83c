/** What the names of all keys in Redis begin with, in braces. The same rule wherever it is given. */
export const redisPrefixPattern = /^[a-zA-Z0-9][a-zA-Z0-9_.:-]{0,63}$/;
