/** What no file and no door is given, each with what to do instead. */
export const codeComes =
  'a set-up of a service with "git" asks its client to upload the code, and "satsuma deploy" sends it by itself';
export const noFlynn = 'there is no Flynn here: run a database as a service, and set it up with its key "init"';
