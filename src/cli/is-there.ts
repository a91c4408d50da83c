import { type ApiClient, ApiError } from './api-client.ts';

/** Whether the path exists on the server. Throws ApiError, ServerAwayError if this cannot be determined. */
export async function isThere(api: ApiClient, path: string): Promise<boolean> {
  try {
    await api('GET', path);
    return true;
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return false;
    throw error;
  }
}
