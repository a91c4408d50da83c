export const frame = {
  search: 'Search',
  menu: 'Menu',
  connecting: 'connecting',
  live: 'live',
  lost: 'no answer since {since}: {reason}. This is what was known then.',
  logout: 'Log out',
};
