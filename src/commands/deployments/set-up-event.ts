import type { SatsumaError } from '../../model/errors.ts';

/** What becomes of a service, as it comes. */
export type SetUpEvent =
  | { readonly event: 'begins'; readonly service: string }
  /** It is as it is asked for. */
  | { readonly event: 'unchanged'; readonly service: string }
  | { readonly event: 'written'; readonly service: string; readonly name: string; readonly action: 'create' | 'change' }
  | {
      readonly event: 'led';
      readonly service: string;
      readonly domain: string;
      readonly action: 'create' | 'change' | 'keep';
    }
  | { readonly event: 'held'; readonly service: string; readonly reason: string; readonly isCodeAsked?: boolean }
  | { readonly event: 'says'; readonly service: string; readonly text: string }
  | { readonly event: 'failed'; readonly service: string; readonly error: SatsumaError };
