/** The source address and the claimed account of a login attempt; both are rate-limited. */
export interface LoginTry {
  readonly address: string;
  readonly account: string;
}

export interface LoginGate {
  /** Throws `too_many_logins`, or the error of `attempt`. */
  run<T>(who: LoginTry, attempt: () => Promise<T>): Promise<T>;
}
