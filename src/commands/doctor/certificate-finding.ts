import type { CertificateDates } from '../../model/certificate.ts';
import type { Finding } from '../../model/finding.ts';

const dayMs = 86_400_000;
/** Days before the end of a certificate from which on there is a warning. */
export const warnDays = 30;
const problemDays = 7;

/** How long a certificate is still valid, and the remedy if that is not long. */
export function certificateFinding(
  check: string,
  { name, notAfter }: CertificateDates,
  remedy: string,
  subject: string = name,
): Finding {
  const days = Math.floor((Date.parse(notAfter) - Date.now()) / dayMs);
  const date = notAfter.slice(0, 10);
  const found = { check, subject };
  if (days < 0) return { ...found, status: 'problem', message: `its certificate expired on ${date}`, remedy };
  const message = `its certificate expires on ${date}, in ${days === 1 ? '1 day' : `${days} days`}`;
  if (days >= warnDays) return { ...found, status: 'ok', message };
  return { ...found, status: days < problemDays ? 'problem' : 'warning', message, remedy };
}
