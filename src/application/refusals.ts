/** What no file and no door is given, each with what to do instead. */
export const noBuilds =
  'Satsuma builds no images: build it with docker, bring it to the engines with "satsuma push" or a registry, and name it in image';
export const noFlynn = 'there is no Flynn here: run a database as a service, and set it up with its key "init"';
