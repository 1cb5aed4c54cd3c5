"""What somebody says to what is asked next: anything that can be said, now and then "not sure"."""


def answer(following, dice):
    """The item that answers `next` of a state, or None at the end."""
    kind = following["kind"]
    if kind == "guide":
        return {"question": following["id"], "answer": {"exit": dice.choice(following["exits"])["id"]}}
    if kind not in ("patient", "ask", "keep"):
        return None
    if checklist := following.get("checklist"):
        ticked = [question["id"] for question in following["questions"] if dice.random() < 1 / 6]
        return {"question": checklist["id"], "ticked": ticked, "others": "not_sure" if dice.random() < 1 / 12 else "no"}
    question = following["questions"][0]
    return {"question": question["id"], "answer": of_question(question["answer"], dice)}


def of_question(asked, dice):
    kind = asked["kind"]
    if kind == "age":
        return {"age": "40 years"}
    if kind == "text":
        return "words"
    if dice.random() < 1 / 12:
        return {"not_sure": True}
    if kind in ("yes_no", "one_of"):
        return dice.choice(asked["options"])["id"]
    if kind == "pick":
        return [dice.choice(asked["rows"])["id"]]
    if kind == "number":
        return asked[dice.choice(["from", "to"])]
    return {"not_sure": True}
