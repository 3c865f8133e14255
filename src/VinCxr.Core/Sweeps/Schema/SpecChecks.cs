using VinCxr.Core.Scheduling;
using VinCxr.Core.Sweeps.Search;

namespace VinCxr.Core.Sweeps.Schema;

/// <summary>Rules that need more than one field.</summary>
internal static class SpecChecks
{
    /// <param name="alreadyWrong">Paths with errors; rules that rest on them stay silent.</param>
    public static IEnumerable<SweepError> Check(SweepSpec spec, IReadOnlySet<string> alreadyWrong)
    {
        bool parametersAreSound = !alreadyWrong.Any(p => p.StartsWith("parameters.", StringComparison.Ordinal));
        foreach (SweepError error in CheckModels(spec, alreadyWrong))
        {
            yield return error;
        }

        if (parametersAreSound && CheckCodec(spec, alreadyWrong) is { } codec)
        {
            yield return codec;
        }

        if (!alreadyWrong.Contains("resources.gpus") && spec.Resources.Gpus > SlotDemand.MostTrainable)
        {
            yield return new SweepError("resources.gpus", FormattableString.Invariant(spec.Resources.Gpus == Math.Floor(spec.Resources.Gpus)
                ? $"'{spec.Resources.Gpus}' is not allowed; a trial on several GPUs needs data-parallel training, which is yet to come: give 1, or a fraction such as 0.25"
                : (FormattableString)$"'{spec.Resources.Gpus}' is not allowed; must be a fraction of one GPU such as 0.25, or a whole number"));
        }

        if (parametersAreSound && WarmStart.TrialsOf(spec).Contains(""))
        {
            yield return new SweepError("model.weights", $"'{WarmStart.Prefix}' names no trial; write {WarmStart.Prefix}ID");
        }

        if (spec.Dataset.Contains('@') && !IsPinned(spec.Dataset))
        {
            yield return new SweepError("dataset", $"'{spec.Dataset}' is not 'name' or 'name@sha256:' and at least 8 hex digits");
        }

        if (!parametersAreSound || alreadyWrong.Contains("search.method") || alreadyWrong.Contains("search.max_variants"))
        {
            yield break;
        }

        if (spec.Search.Method == "sobol" && spec.Parameters.Count > SobolSequence.MaxDimensions)
        {
            yield return new SweepError("search.method", $"sobol handles at most {SobolSequence.MaxDimensions} parameters, found {spec.Parameters.Count}; use random");
        }

        if (spec.Search.Method == "grid")
        {
            int size = GridSearch.CountUpTo(spec, spec.Search.MaxVariants + 1);
            if (size > spec.Search.MaxVariants)
            {
                yield return new SweepError("search.max_variants",
                    $"the grid has more than '{spec.Search.MaxVariants}' variants; raise max_variants, list fewer values, or search with random");
            }
        }

        if (spec.Stop.Method != "none" && spec.Stop.GraceEpochs >= spec.Settings.Train.Epochs && !spec.Parameters.ContainsKey("train.epochs"))
        {
            yield return new SweepError("stop.grace_epochs",
                $"'{spec.Stop.GraceEpochs}' leaves nothing to stop in trials of {spec.Settings.Train.Epochs} epochs; choose a smaller one or stop: {{method: none}}");
        }
    }

    private static IEnumerable<SweepError> CheckModels(SweepSpec spec, IReadOnlySet<string> alreadyWrong)
    {
        if (alreadyWrong.Contains("model.family") || !ModelFamilies.All.TryGetValue(spec.Settings.Model.Family, out IReadOnlyList<string>? variants))
        {
            yield break;
        }

        IEnumerable<(string Path, string Name)> names = spec.Parameters.TryGetValue("model.variant", out ParameterSpec? parameter)
            ? (parameter.Values ?? []).Select(v => ("parameters.model.variant.values", (string)v))
            : [("model.variant", spec.Settings.Model.Variant)];
        foreach ((string path, string name) in names.Where(n => !variants.Contains(n.Name)))
        {
            yield return new SweepError(path, $"'{name}' is not a variant of {spec.Settings.Model.Family}: {string.Join(", ", variants)}");
        }
    }

    /// <summary>JPEG holds 8 bits. Where both are searched, a <c>when</c> of one on the other may keep them apart.</summary>
    private static SweepError? CheckCodec(SweepSpec spec, IReadOnlySet<string> alreadyWrong)
    {
        const string CodecPath = "preprocess.codec", BitsPath = "preprocess.bits";
        if (alreadyWrong.Contains(CodecPath) || alreadyWrong.Contains(BitsPath))
        {
            return null;
        }

        PreprocessSpec settings = spec.Settings.Preprocess;
        bool meets = Choices(CodecPath, settings.Codec).Contains(PlaneCodecs.Jpeg) && Choices(BitsPath, (long)settings.Bits).Contains(16L)
            && IsAllowed(CodecPath, PlaneCodecs.Jpeg, settings.Codec, BitsPath, 16L) && IsAllowed(BitsPath, 16L, (long)settings.Bits, CodecPath, PlaneCodecs.Jpeg);
        return meets
            ? new SweepError(CodecPath, $"'{PlaneCodecs.Jpeg}' holds 8 bits per pixel but {BitsPath} is '16'; use zstd or png, or {BitsPath}: 8")
            : null;

        IEnumerable<object> Choices(string path, object set) => spec.Parameters.TryGetValue(path, out ParameterSpec? parameter)
            ? [.. parameter.Values ?? [], .. parameter.When.Count > 0 ? new[] { set } : []]
            : [set];

        // Under a condition that the other value does not meet, the parameter is not searched and the file's own value holds.
        bool IsAllowed(string path, object value, object set, string other, object otherValue) =>
            !spec.Parameters.TryGetValue(path, out ParameterSpec? parameter) || !parameter.When.TryGetValue(other, out IReadOnlyList<object>? when)
            || when.Contains(otherValue) || Equals(value, set);
    }

    private static bool IsPinned(string dataset)
    {
        int at = dataset.IndexOf("@sha256:", StringComparison.Ordinal);
        string digits = at > 0 ? dataset[(at + "@sha256:".Length)..] : "";
        return digits.Length is >= 8 and <= 64 && digits.All(char.IsAsciiHexDigitLower);
    }
}
