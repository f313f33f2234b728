"""The school year of a made-up district: sessions with the dates in which a given day falls."""

from datetime import date

from sis.world import reference

# id, title, type, parent, first day, first day after; (month, day, 0 = the year it begins in).
_SESSIONS = (
    ("100", "School Year", "schoolYear", None, (8, 15, 0), (6, 13, 1)),
    ("201", "Semester 1", "semester", "100", (8, 15, 0), (1, 16, 1)),
    ("202", "Semester 2", "semester", "100", (1, 16, 1), (6, 13, 1)),
    ("301", "Trimester 1", "term", "100", (8, 15, 0), (11, 21, 0)),
    ("302", "Trimester 2", "term", "100", (11, 21, 0), (3, 6, 1)),
    ("303", "Trimester 3", "term", "100", (3, 6, 1), (6, 13, 1)),
    ("401", "Quarter 1", "gradingPeriod", "201", (8, 15, 0), (10, 18, 0)),
    ("402", "Quarter 2", "gradingPeriod", "201", (10, 18, 0), (1, 16, 1)),
    ("403", "Quarter 3", "gradingPeriod", "202", (1, 16, 1), (3, 28, 1)),
    ("404", "Quarter 4", "gradingPeriod", "202", (3, 28, 1), (6, 13, 1)),
    ("411", "Report 1", "gradingPeriod", "301", (8, 15, 0), (11, 21, 0)),
    ("412", "Report 2", "gradingPeriod", "302", (11, 21, 0), (3, 6, 1)),
    ("413", "Report 3", "gradingPeriod", "303", (3, 6, 1), (6, 13, 1)),
)

SCHOOL_YEAR = "100"
SEMESTERS = ("201", "202")
TRIMESTERS = ("301", "302", "303")


def first_year(today):
    """The year in which the school year of this day began."""
    return today.year if today.month >= 7 else today.year - 1


def sessions(today, modified):
    """The academicSessions of the school year of this day."""
    year = first_year(today)
    children = {}
    for sid, _, _, parent, _, _ in _SESSIONS:
        children.setdefault(parent, []).append(reference("academicSession", sid))
    made = []
    for sid, title, kind, parent, begin, end in _SESSIONS:
        record = {"sourcedId": sid, "status": "active", "dateLastModified": modified, "title": title,
                  "startDate": date(year + begin[2], *begin[:2]).isoformat(),
                  "endDate": date(year + end[2], *end[:2]).isoformat(), "type": kind,
                  "schoolYear": str(year + 1)}
        if parent:
            record["parent"] = reference("academicSession", parent)
        if sid in children:
            record["children"] = children[sid]
        made.append(record)
    return made
