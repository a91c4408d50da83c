export const frame = {
  search: 'Search',
  menu: 'Menu',
  connecting: 'connecting',
  live: 'live',
  lost: 'no answer since {since}: {reason}. The page shows the last known state.',
  logout: 'Log out',
} as const;
