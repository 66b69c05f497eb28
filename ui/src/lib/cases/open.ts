/** How many forms are open on the page. */
class Forms {
  open = 0;

  /** One is open until the result is called. */
  hold(): () => void {
    this.open += 1;
    return () => (this.open -= 1);
  }
}

export const forms = new Forms();
