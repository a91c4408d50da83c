/** The valid prefixes of Redis keys, which are written in braces. Used wherever a prefix is configured. */
export const redisPrefixPattern = /^[a-zA-Z0-9][a-zA-Z0-9_.:-]{0,63}$/;
