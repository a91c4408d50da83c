import { type ApiClient, ApiError } from './api-client.ts';

/** Whether the server knows of something by that path. Throws ApiError, ServerAwayError where it does not say. */
export async function isThere(api: ApiClient, path: string): Promise<boolean> {
  try {
    await api('GET', path);
    return true;
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return false;
    throw error;
  }
}
