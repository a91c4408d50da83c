/** Whoever guesses: where they come from, and who they say they are. */
export interface LoginTry {
  readonly address: string;
  readonly account: string;
}

export interface LoginGate {
  /** Throws `too_many_logins`, and what `attempt` throws. */
  run<T>(who: LoginTry, attempt: () => Promise<T>): Promise<T>;
}
