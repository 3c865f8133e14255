using System.Text;
using VinCxr.Data.Datasets;
using VinCxr.Data.Stores;

namespace VinCxr.Orchestration.Tests.Fakes;

/// <summary>A handful of 16 x 16 images; every second one shows a box of class 0 or 1, the others are normal.</summary>
internal static class TinyDataset
{
    public const string Name = "tiny";
    public const int Images = 12;

    public static async Task<DatasetManifest> IngestAsync(IStore store, string scratch)
    {
        string folder = Directory.CreateDirectory(Path.Combine(scratch, "images")).FullName;
        var rows = new StringBuilder("image_id,class_name,class_id,rad_id,x_min,y_min,x_max,y_max\n");
        for (int i = 0; i < Images; i++)
        {
            string id = $"img{i:D2}";
            await File.WriteAllBytesAsync(Path.Combine(folder, $"{id}.dicom"), Dicom(i));
            rows.Append(i % 2 == 0
                ? $"{id},{(i % 4 == 0 ? "Mass" : "Nodule")},{i % 4 / 2},R1,2,2,{8 + (i % 3)},10\n"
                : $"{id},No finding,2,R1,,,,\n");
        }

        string csv = Path.Combine(scratch, "train.csv");
        await File.WriteAllTextAsync(csv, rows.ToString());
        return (await new DatasetIngest(store).RunAsync(Name, folder, csv, new IngestOptions(Parallelism: 2))).Manifest;
    }

    /// <summary>PS3.10 file, explicit VR little endian, 8 bits.</summary>
    private static byte[] Dicom(int seed)
    {
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes, Encoding.ASCII);
        writer.Write(new byte[128]);
        writer.Write("DICM"u8);
        Text(0x0002, 0x0010, "UI", "1.2.840.10008.1.2.1\0");
        Number(0x0028, 0x0002, 1);
        Text(0x0028, 0x0004, "CS", "MONOCHROME2 ");
        Number(0x0028, 0x0010, 16);
        Number(0x0028, 0x0011, 16);
        Number(0x0028, 0x0100, 8);
        Number(0x0028, 0x0101, 8);
        Number(0x0028, 0x0102, 7);
        Number(0x0028, 0x0103, 0);
        Tag(0x7FE0, 0x0010, "OB");
        writer.Write((ushort)0);
        writer.Write(256u);
        for (int i = 0; i < 256; i++)
        {
            writer.Write((byte)((i * 7) + (seed * 31)));
        }

        return bytes.ToArray();

        void Tag(ushort group, ushort element, string vr)
        {
            writer.Write(group);
            writer.Write(element);
            writer.Write(Encoding.ASCII.GetBytes(vr));
        }

        void Text(ushort group, ushort element, string vr, string value)
        {
            Tag(group, element, vr);
            writer.Write((ushort)value.Length);
            writer.Write(Encoding.ASCII.GetBytes(value));
        }

        void Number(ushort group, ushort element, ushort value)
        {
            Tag(group, element, "US");
            writer.Write((ushort)2);
            writer.Write(value);
        }
    }
}
