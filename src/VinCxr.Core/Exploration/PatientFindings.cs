namespace VinCxr.Core.Exploration;

/// <param name="With">Images of the group with the finding.</param>
/// <param name="Images">Images of the group.</param>
public sealed record GroupCount(int With, int Images);

/// <param name="Male">Images of men; the odds ratio compares them with <paramref name="Female"/>.</param>
/// <param name="Older">Images of patients at or above <see cref="PatientFindings.AgeSplit"/>, compared with <paramref name="Younger"/>.</param>
/// <param name="SexOdds">Null where the counts hold no information.</param>
public sealed record FindingByPatient(
    int ClassId, string ClassName, GroupCount Male, GroupCount Female, OddsRatio? SexOdds, GroupCount Older, GroupCount Younger, OddsRatio? AgeOdds);

/// <summary>Counts of images by a patient attribute.</summary>
public sealed record RecordedCounts(int Known, int Missing, int Unusable);

/// <param name="From">First year of the band, <see cref="PatientFindings.BandYears"/> years wide.</param>
public sealed record AgeBand(int From, int Male, int Female, int Other);

/// <summary>Sex and age against findings; an image has a finding when any rater drew it. Images are counted, not patients, whom nothing identifies.</summary>
/// <param name="OtherSex">Images with sex <c>O</c>, which are in neither group.</param>
/// <param name="AgeSplit">Median of the known ages in whole years, the border of older and younger; null without ages.</param>
public sealed record PatientFindings(
    int Male, int Female, int OtherSex, RecordedCounts Sex, RecordedCounts Age, int? AgeSplit, Spread? Ages, IReadOnlyList<AgeBand> Bands,
    IReadOnlyList<FindingByPatient> PerClass)
{
    public const int BandYears = 10;

    /// <returns>Null when no image has a usable sex or age.</returns>
    internal static PatientFindings? Of(AnnotationIndex index, IReadOnlyDictionary<string, ImageProfile> facts)
    {
        Patient[] patients =
        [
            .. index.Images.Where(i => facts.ContainsKey(i.ImageId))
                .Select(i => new Patient(facts[i.ImageId], [.. i.Boxes.Select(b => b.Finding)])),
        ];
        double[] ages = [.. patients.Where(p => p.Age is not null).Select(p => p.Age!.Value)];
        if (ages.Length == 0 && patients.All(p => p.Sex is null))
        {
            return null;
        }

        Spread? spread = Spread.Of(ages);
        int? split = spread is null ? null : (int)Math.Ceiling(spread.Median);
        Patient[] male = [.. patients.Where(p => p.Sex == 'M')], female = [.. patients.Where(p => p.Sex == 'F')];
        Patient[] older = [.. patients.Where(p => p.Age >= split)], younger = [.. patients.Where(p => p.Age < split)];
        return new(
            male.Length, female.Length, patients.Count(p => p.Sex == 'O'),
            Count(patients.Select(p => p.SexState)), Count(patients.Select(p => p.AgeState)), split, spread,
            [
                .. patients.Where(p => p.Age is not null)
                    .GroupBy(p => (int)p.Age!.Value / BandYears * BandYears)
                    .OrderBy(g => g.Key)
                    .Select(g => new AgeBand(g.Key, g.Count(p => p.Sex == 'M'), g.Count(p => p.Sex == 'F'), g.Count(p => p.Sex is not ('M' or 'F')))),
            ],
            [
                .. index.Findings.Select((c, i) => new FindingByPatient(
                    c.Id, c.Name,
                    Group(male, i), Group(female, i), Odds(Group(male, i), Group(female, i)),
                    Group(older, i), Group(younger, i), Odds(Group(older, i), Group(younger, i)))),
            ]);
    }

    private static GroupCount Group(Patient[] patients, int finding) => new(patients.Count(p => p.Findings.Contains(finding)), patients.Length);

    private static OddsRatio? Odds(GroupCount first, GroupCount second) =>
        OddsRatio.Of(first.With, first.Images - first.With, second.With, second.Images - second.With);

    private static RecordedCounts Count(IEnumerable<Recorded> states)
    {
        ILookup<Recorded, Recorded> by = states.ToLookup(s => s);
        return new(by[Recorded.Known].Count(), by[Recorded.Missing].Count(), by[Recorded.Unusable].Count());
    }

    private sealed class Patient
    {
        public Patient(ImageProfile facts, HashSet<int> findings)
        {
            Findings = findings;
            AgeState = PatientAge.Read(facts.Age, out double years);
            Age = AgeState == Recorded.Known ? years : null;
            (SexState, Sex) = facts.Sex?.Trim().Trim('\0').ToUpperInvariant() switch
            {
                null or "" => (Recorded.Missing, (char?)null),
                "M" or "MALE" => (Recorded.Known, 'M'),
                "F" or "FEMALE" => (Recorded.Known, 'F'),
                "O" or "OTHER" => (Recorded.Known, 'O'),
                _ => (Recorded.Unusable, null),
            };
        }

        public HashSet<int> Findings { get; }

        public Recorded AgeState { get; }

        public double? Age { get; }

        public Recorded SexState { get; }

        public char? Sex { get; }
    }
}
