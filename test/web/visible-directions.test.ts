import test from 'ava';
import { showDirections, visibleDirections } from '../../web/visible-directions.ts';

test('what turns the direction of a text is shown, and all else is as it was', (t) => {
  t.is(visibleDirections('a\u202eb\u2066c\u2069'), 'a\\u202eb\\u2066c\\u2069');
  const others = 'שלום \u200e 👩\u200d🔧 é <b> \\n';
  t.is(visibleDirections(others), others);
});

test('it is so in every text that is drawn, whatever else listens', (t) => {
  const seen: unknown[] = [];
  const hooks = { vnode: ({ props }: { readonly props: unknown }) => void seen.push(props) };
  showDirections(hooks);
  // As Preact makes a node of each text that it draws.
  const drawn = { type: null, props: 'cat /etc/\u202edwssap' };
  hooks.vnode(drawn);
  t.is(drawn.props, 'cat /etc/\\u202edwssap');
  t.deepEqual(seen, [drawn.props]);
});
