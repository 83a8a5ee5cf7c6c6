// Loaded before anything is drawn, so that a chosen theme does not flash.
(() => {
  try {
    const theme = localStorage.getItem('support:theme');
    if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
  } catch {
    // No storage: the system's theme.
  }
})();
