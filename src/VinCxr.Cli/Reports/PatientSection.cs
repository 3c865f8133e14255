using VinCxr.Cli.Pictures.Exploration;
using VinCxr.Core.Exploration;
using Text = VinCxr.Cli.Rendering.Text;

namespace VinCxr.Cli.Reports;

/// <summary>Sex and age against findings.</summary>
internal static class PatientSection
{
    public static ReportSection Of(PatientFindings patients)
    {
        List<ReportPicture> pictures = [];
        List<ReportTable> tables =
        [
            new(
                "What the files say of the patients", ["", "known", "missing", "unusable"],
                [Row("sex", patients.Sex), Row("age", patients.Age)], Folded: false),
        ];
        if (patients.Bands.Count > 0)
        {
            pictures.Add(new("ages", "Bar chart of images by age of the patient in bands of ten years, by sex.", "Images by age and sex.", theme => AgeChart.Draw(theme, patients)));
        }

        if (patients is { Male: > 0, Female: > 0 })
        {
            pictures.Add(Odds("odds-sex", "men", "women", patients, f => f.SexOdds));
            tables.Add(Table("Men against women", "men", "women", patients, f => (f.Male, f.Female, f.SexOdds)));
        }

        if (patients.AgeSplit is { } split)
        {
            pictures.Add(Odds("odds-age", $"patients of {split} years and more", "younger ones", patients, f => f.AgeOdds));
            tables.Add(Table($"{split} years and more against younger", $"{split} years and more", "younger", patients, f => (f.Older, f.Younger, f.AgeOdds)));
        }

        string ages = patients.Ages is { } spread
            ? FormattableString.Invariant($" Ages: median {spread.Median:0}, middle half {spread.P25:0} to {spread.P75:0} years; the border of older and younger is the median.")
            : "";
        return new(
            "Patients",
            $"Sex and age as the files have them; {Text.Of(patients.Male)} images of men, {Text.Of(patients.Female)} of women, {Text.Of(patients.OtherSex)} of others.{ages} " +
            "Odds ratios are of images, not of patients, with Woolf's 95 % interval; where a cell is empty, 0.5 is added to all four (Haldane and Anscombe). " +
            "They describe this set and prove no cause; with many findings, some intervals leave out 1 by chance.",
            pictures, tables);
    }

    private static ReportPicture Odds(string name, string first, string second, PatientFindings patients, Func<FindingByPatient, OddsRatio?> odds) => new(
        name, $"Odds ratio with interval per finding, {first} against {second}.",
        $"Odds of a finding in {first} divided by the odds in {second}. Filled marks: the 95 % interval leaves out 1. Intervals are cut at the edge.",
        theme => OddsChart.Draw(theme, [.. patients.PerClass.Select(f => (f.ClassName, odds(f)))], $"odds ratio, {first} against {second}"));

    private static ReportTable Table(
        string caption, string first, string second, PatientFindings patients, Func<FindingByPatient, (GroupCount First, GroupCount Second, OddsRatio? Odds)> of) => new(
        caption, ["finding", first, second, "odds ratio", "95 % interval", ""],
        [
            .. patients.PerClass.Select(f => (f.ClassName, Groups: of(f))).Select(f => (string[])[
                f.ClassName,
                $"{Text.Of(f.Groups.First.With)} of {Text.Of(f.Groups.First.Images)}",
                $"{Text.Of(f.Groups.Second.With)} of {Text.Of(f.Groups.Second.Images)}",
                ExplorationSections.Number(f.Groups.Odds?.Value),
                f.Groups.Odds is { } odds ? $"{ExplorationSections.Number(odds.Low)} to {ExplorationSections.Number(odds.High)}" : Text.None,
                f.Groups.Odds is { IsCorrected: true } ? "corrected" : ""]),
        ]);

    private static string[] Row(string name, RecordedCounts counts) => [name, Text.Of(counts.Known), Text.Of(counts.Missing), Text.Of(counts.Unusable)];
}
