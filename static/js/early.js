// Is there before the scripts that save, which take a while on a slow line: until they have come,
// whoever leaves the form of a section with something typed in it is asked first.
{
  let typed = false;

  addEventListener("input", ({ target }) => {
    typed ||= target.form?.id === "section-form";
  });
  addEventListener(
    "submit",
    () => {
      typed = false; // all of it is sent
    },
    true,
  );
  addEventListener("beforeunload", (event) => {
    if (typed && !("saves" in document.documentElement.dataset)) {
      event.preventDefault();
    }
  });
}
