/** What no file and no door is given, each with what to do instead. */
export const noBuilds =
  'no code is uploaded through this door: "satsuma deploy" sends and builds it, or name an image in image';
export const noFlynn = 'there is no Flynn here: run a database as a service, and set it up with its key "init"';
