import test from 'ava';
import { ApiError, knowingRoutes } from '../../src/cli/api-client.ts';
import { isThere } from '../../src/cli/is-there.ts';

test('what is answered is there, and what is not found is not', async (t) => {
  t.true(
    await isThere(
      knowingRoutes(async () => ({ ok: true, data: {} })),
      'apiv1/job/nightly',
    ),
  );
  t.false(await isThere(() => Promise.reject(new ApiError(404, 'no such job', undefined)), 'apiv1/job/nightly'));
});

test('any other answer does not say', async (t) => {
  const away = new ApiError(503, 'the store is away', undefined);
  t.is(await t.throwsAsync(isThere(() => Promise.reject(away), 'apiv1/job/nightly')), away);
});
