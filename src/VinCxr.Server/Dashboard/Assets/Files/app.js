// What the pages need of the browser beyond Blazor and MudBlazor. No other script is allowed (Content-Security-Policy).
window.vincxr = {
  setTheme(theme) {
    document.cookie = `vincxr-theme=${theme}; path=/; max-age=31536000; samesite=strict`;
    document.documentElement.dataset.theme = theme;
  },
  /** Keeps a log at its end while the reader is there. */
  scrollToEnd(element) {
    if (element) element.scrollTop = element.scrollHeight;
  },
};

document.addEventListener('click', event => {
  const action = event.target.closest?.('[data-action]')?.dataset.action;
  if (action === 'reload') location.reload();
  if (action === 'reconnect') window.Blazor.reconnect().then(ok => ok || location.reload());
  const skip = event.target.closest?.('.skip-link');
  if (skip) {
    event.preventDefault();
    document.getElementById('main')?.focus();
  }
});

// A page that is only looked at comes back by itself; one with something typed in it is left for its reader to save.
async function comeBack(answers) {
  while (!answers) {
    await new Promise(resolve => setTimeout(resolve, 5000));
    answers = await fetch('/healthz', { cache: 'no-store' }).then(response => response.ok, () => false);
  }
  if (!document.querySelector('textarea')) location.reload();
}

document.getElementById('components-reconnect-modal')?.addEventListener('components-reconnect-state-changed', event => {
  if (event.detail.state === 'rejected') comeBack(true);
  if (event.detail.state === 'failed') comeBack(false);
});
