import test from 'ava';
import { fingerprintOf, hasFingerprint, isSameTemplate } from '../../src/labels/fingerprint.ts';
import { busybox, spec } from '../decisions/services/views.ts';

test('a fingerprint of an earlier release only covers the image config, and stays valid', (t) => {
  t.is(fingerprintOf(spec), '2b62b97d2c4707a8');
  const linked = { ...spec, links: { db: 'db' } };
  t.is(fingerprintOf(linked), '334dd685a8d77831');
  t.true(hasFingerprint(linked, fingerprintOf(spec)));
});

test('a forced update has a new fingerprint, which no earlier replica has', (t) => {
  const forced = { ...spec, force_update: 1 };
  t.not(fingerprintOf(forced), fingerprintOf(spec));
  t.not(fingerprintOf(forced), fingerprintOf({ ...spec, force_update: 2 }));
  t.true(hasFingerprint(forced, fingerprintOf(forced)));
  t.false(hasFingerprint(forced, fingerprintOf(spec)));
  t.false(isSameTemplate(forced, spec));
});

test('no forced update and no counter are equal, as in records of earlier releases', (t) => {
  const none = { image: busybox, force_update: 0 };
  t.true(isSameTemplate(none, { image: busybox }));
  t.is(fingerprintOf(none), fingerprintOf({ image: busybox }));
});
