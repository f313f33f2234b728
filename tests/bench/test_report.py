"""The bench's report: what stands in its cells."""

from bench import report


def entry(who, seconds, scenario="quiet", **more):
    return {"who": who, "scenario": scenario, "source": "rest", "seconds": seconds, "phases": {"all": seconds},
            "cpu": {}, "wal": 0, "peak_mib": {}, **more}


def found(*entries, records=1000, **size):
    return {"machine": {"cores": 2}, "sizes": [{"students": 100, "records": records, "work": list(entries), "limits": {}, **size}],
            "options": dict.fromkeys(("repeat", "nights", "page", "lean", "lists", "seed"), 1)}


def test_a_cell_has_least_median_and_most():
    assert report.spread([3.0, 1.0, 2.0]) == "1.00 / 2.00 / 3.00"
    assert report.spread([4]) == "4.00"
    assert report.spread([]) == "–"


def test_ratios_are_of_runs_of_the_same_turn():
    entries = [entry("rollcall", 1), entry("script", 2), entry("script", 8), entry("rollcall", 2)]
    assert report.pairs(entries, "quiet") == [0.5, 0.25]
    assert "| quiet night | 1.00 / 1.50 / 2.00 | 500 / 750 / 1,000 | 2.00 / 5.00 / 8.00 | 0.25 / 0.38 / 0.50 |" in report.markdown(found(*entries))


def test_cpu_and_wal_are_told_for_each_record_and_without_the_pretend_sis():
    text = report.markdown(found(entry("rollcall", 1, cpu={"fetcher": 0.001, "pretend SIS": 9.0}, wal=20000)))
    assert "| quiet night | rollcall | 1.0 | fetcher 1.0 |" in text
    assert "| 20.0 |" in text


def test_what_a_handler_gets_through_is_told_by_stage():
    text = report.markdown(found(entry("rollcall", 1, handled={"normalizer": 2.0, "notifier": 0.0})))
    assert "| quiet night | normalizer | 2.00 | 500 |" in text
    assert "notifier" not in text


def test_sizes_are_held_against_the_first():
    both = found(entry("rollcall", 1))
    assert "By size" not in report.markdown(both)
    both["sizes"].append({**both["sizes"][0], "students": 1000, "records": 10000, "work": [entry("rollcall", 20)]})
    assert "| quiet night | rest | 100 | 1000.0 | 1.00 |\n| quiet night | rest | 1,000 | 2000.0 | 2.00 |" in report.markdown(both)


def test_the_highest_peak_of_all_runs_is_told():
    assert "reconciler 90." in report.markdown(found(entry("rollcall", 1, peak_mib={"reconciler": 90.2}),
                                                     entry("rollcall", 1, peak_mib={"reconciler": 40.0})))
