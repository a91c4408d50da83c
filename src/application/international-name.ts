import { domainToASCII, domainToUnicode } from 'node:url';

/** Whether each label `xn--...` of a domain stands for something: of one that does not, Caddy refuses the domain. */
export function isInternationalName(domain: string): boolean {
  const name = domain.replace(/^\*\./, '');
  return domainToASCII(domainToUnicode(name)) === name;
}
