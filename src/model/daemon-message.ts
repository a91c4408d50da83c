/** A daemon's message as one line, with environment values and registry credentials removed. */
export function redactDaemonMessage(message: string): string {
  return message
    .slice(0, 4096)
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .replace(/(invalid environment variable)\b.*/i, '$1')
    .replace(/\/\/[^\s/@]+@/g, '//')
    .slice(0, 500)
    .trim();
}
