// Whoever leaves a page on which they wrote something and did not send it is asked first. Of what is
// kept while it is typed (autosave.js, drafts.js) those scripts know better; but on a slow line they
// take a while, and until the one for sections has come, its form is looked after here.
{
  let sent; // the form that is on its way

  const isChanged = ({ value, defaultValue = value, checked, defaultChecked }) =>
    value !== defaultValue || checked !== defaultChecked;

  // Also what was typed before this script was there: anything other than the page came with.
  function isWritten(form) {
    if (form.matches("[data-autosave]")) {
      return !("saves" in document.documentElement.dataset) && [...form.elements].some(isChanged);
    }
    const texts = form.querySelectorAll("textarea:not([data-draft])");
    return !form.matches("[data-keep]") && [...texts].some(isChanged);
  }

  addEventListener("submit", ({ target }) => (sent = target), true);
  addEventListener("htmx:afterRequest", ({ detail }) => (sent = detail.successful ? sent : undefined));
  addEventListener("beforeunload", (event) => {
    if ([...document.forms].some((form) => form !== sent && isWritten(form))) {
      event.preventDefault();
    }
  });
}
