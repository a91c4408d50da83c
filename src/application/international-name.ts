import { domainToASCII, domainToUnicode } from 'node:url';

/** Whether each label `xn--...` of a domain stands for something: of one that does not, Caddy refuses the domain. */
export function isInternationalName(domain: string): boolean {
  const name = domain.replace(/^\*\./, '');
  const shown = domainToUnicode(name);
  // Node 26 leaves a label as it is where earlier ones give no name at all.
  return !/(^|\.)xn--/.test(shown) && domainToASCII(shown) === name;
}
